//! Spellings, answers and tables of codes.

mod answers;
mod spellings;
mod tables;
