//! Error codes: what a text stands for, and what is known of the code.

mod answer;
mod crypt;
mod error_code;
mod facility;
mod hresult;
mod known;
mod lookup;
mod nte;
mod ntstatus;
mod number;
mod parts;
mod scard;
mod sec;
#[cfg(feature = "serde")]
mod serialised;
mod spelling;
mod texts;
mod tpm;
mod win32;

pub use answer::CodeAnswer;
pub use error_code::{DecodedCode, ErrorCode};
pub use known::{CodeFamily, KnownCode};
pub use lookup::known_codes;
pub use parts::{CodeForm, CodeParts, CodeSeverity};

#[cfg(test)]
mod tests;
