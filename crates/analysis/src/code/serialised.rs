//! An error code in JSON: the number, the same in hexadecimal, and its name. When it is
//! read back, the number alone counts.

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ErrorCode;

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ErrorCode", 3)?;
        fields.serialize_field("value", &self.value)?;
        fields.serialize_field("hex", &format!("0x{:08X}", self.value))?;
        fields.serialize_field("name", &self.name())?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ErrorCode, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            value: u32,
        }
        let Written { value } = Written::deserialize(deserializer)?;
        Ok(ErrorCode { value })
    }
}
