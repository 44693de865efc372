//! Parts of an event that are objects and arrays of JSON.

use std::borrow::Cow;

use procmonkey_parser::{Event, push_json_string};

use crate::fields::Other;
use crate::json::{push_comma, push_number, push_text};

/// Adds an object of the columns that no member of its own stands for.
pub(crate) fn push_other_object(others: &[Other], event: &Event, out: &mut Vec<u8>) {
    out.push(b'{');
    for (place, name) in others {
        push_comma(out);
        out.extend_from_slice(name);
        out.push(b':');
        match event.field(*place) {
            Some(bytes) => {
                let text: Cow<'_, str> = String::from_utf8_lossy(&bytes);
                push_json_string(out, &text);
            }
            None => out.extend_from_slice(b"null"),
        }
    }
    out.push(b'}');
}

/// Adds an array of the frames of the call stack.
pub(crate) fn push_stack_array(event: &Event, out: &mut Vec<u8>) {
    out.push(b'[');
    for frame in event.stack().iter() {
        push_comma(out);
        out.push(b'{');
        push_number("depth", u64::from(frame.depth), out);
        push_text("address", &frame.address.to_string(), out);
        push_text("module", &frame.path, out);
        push_text("location", &frame.location, out);
        out.push(b'}');
    }
    out.push(b']');
}
