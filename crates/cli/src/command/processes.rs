//! `procmonkey processes`: the process tree.

use procmonkey_analysis::{ProcessNode, ProcessPattern, ProcessTree, ancestors};
use procmonkey_parser::Event;

use crate::args::{ProcessesArgs, has_several};
use crate::command::exit_of;
use crate::exit::Exit;
use crate::inputs::for_each;
use crate::output::Output;
use crate::render::{self, Look, Parents};

pub(crate) fn run(args: &ProcessesArgs) -> anyhow::Result<Exit> {
    let messages = args.out.messages();
    let mut output = Output::open(&args.out)?;
    let options = args.read.options(&args.processes);
    let mut nodes: Vec<ProcessNode> = Vec::new();
    let mut event = Event::default();
    let patterns: Vec<_> = args.processes.iter().map(ProcessPattern::new).collect();
    let read = for_each(&args.inputs, &options, messages, |capture| {
        let mut tree = ProcessTree::default();
        let outcome = loop {
            match capture.read_event(&mut event) {
                Ok(true) => tree.observe(&event),
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        messages.remarks(capture);
        let mut found = tree.finish(capture);
        if !patterns.is_empty() {
            found.retain(|node| {
                patterns.iter().any(|pattern| pattern.matches(node.name.as_deref(), node.pid))
            });
        }
        if let Some(pid) = args.ancestors {
            found = ancestors(&found, pid);
            if found.is_empty() {
                messages.note(format_args!("{}: no process has the PID {pid}", capture.name()));
            }
        }
        if has_several(&args.inputs, capture) {
            found.iter_mut().for_each(|node| node.file = Some(capture.name().to_string()));
        }
        nodes.append(&mut found);
        Ok(outcome?)
    })?;
    if read.captures == 0 {
        return Ok(Exit::NoInput);
    }
    let look = Look::new(&args.out, &output);
    let parents = match patterns.is_empty() && args.ancestors.is_none() {
        true => Parents::InTree,
        false => Parents::Named,
    };
    render::processes(&nodes, parents, args.out.format(), look, &mut output)?;
    output.finish()?;
    Ok(exit_of(read))
}
