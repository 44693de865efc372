//! The arguments of `procmonkey code`.

use clap::Args;

use super::OutputArgs;

#[derive(Debug, Args)]
pub(crate) struct CodeArgs {
    /// Codes as events and dialogs write them: 2148073478, -2146893818, 0x80090006, %%2148073478,
    /// '2148073478 (0x80090006)', NTE_BAD_SIGNATURE or 'Invalid Signature'
    #[arg(required = true, value_name = "CODE", allow_negative_numbers = true)]
    pub(crate) codes: Vec<String>,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}
