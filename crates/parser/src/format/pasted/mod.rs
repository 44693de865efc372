//! Events as people paste them: the text of Procmon's Event Properties dialog in
//! a blog, a ticket or a mail, with prose around it.

mod block;
mod line;
mod reader;

pub(crate) use reader::PastedReader;
