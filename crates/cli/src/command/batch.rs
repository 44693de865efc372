//! `procmonkey batch`: each of many captures by itself.

use crate::args::BatchArgs;
use crate::batch;
use crate::exit::Exit;

pub(crate) fn run(args: &BatchArgs) -> anyhow::Result<Exit> {
    batch::run(args)
}
