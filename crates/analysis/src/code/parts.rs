//! The parts that a code is made of: kind, severity, facility, number.

use std::fmt;

use super::facility;

/// The upper half of an HRESULT that carries a system error.
pub(super) const FROM_SYSTEM_ERROR: u32 = 0x8007;

/// The bit by which an HRESULT says that it carries an NTSTATUS.
pub(super) const NT_BIT: u32 = 0x1000_0000;

/// The bit by which a program says that the code is its own and not Windows'.
const CUSTOMER_BIT: u32 = 0x2000_0000;

/// Which kind of number a code is, by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum CodeForm {
    /// A bare system error of Windows, such as 5.
    Win32,
    /// An HRESULT, such as 0x80090016.
    Hresult,
    /// An NTSTATUS, such as 0xC0000022.
    NtStatus,
}

/// How bad the form of a code says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum CodeSeverity {
    /// It succeeded.
    Success,
    /// It succeeded, and there is something to know.
    Information,
    /// It went on with less than was asked for.
    Warning,
    /// It failed.
    Error,
}

/// The parts of a code.
///
/// ```
/// use procmonkey_analysis::{CodeForm, CodeParts};
///
/// let parts = CodeParts::of(0x8009_0777);
/// assert_eq!((parts.form, parts.facility, parts.number), (CodeForm::Hresult, 9, 0x777));
/// assert_eq!(parts.facility_name, Some("SSPI"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CodeParts<T = &'static str> {
    /// The kind of number.
    pub form: CodeForm,
    /// How bad it is.
    pub severity: CodeSeverity,
    /// The number of the part of Windows that gives it; 0 for a system error.
    pub facility: u16,
    /// The name of that part in Windows' headers, where it is known.
    pub facility_name: Option<T>,
    /// The number within the facility.
    pub number: u16,
    /// Whether a bit says that a program made the code up, and not Windows.
    pub customer: bool,
}

impl CodeParts {
    /// Takes a code apart by its bits alone. Of 0x8…, which may be an HRESULT or a
    /// warning of the kernel, it says HRESULT.
    pub fn of(value: u32) -> CodeParts {
        let form = match value >> 30 {
            _ if is_system_error(value) => CodeForm::Win32,
            0b01 | 0b11 => CodeForm::NtStatus,
            _ => CodeForm::Hresult,
        };
        CodeParts::as_form(value, form)
    }

    /// Takes a code apart of which the kind is known.
    pub(super) fn as_form(value: u32, form: CodeForm) -> CodeParts {
        let severity = match (form, value >> 30) {
            (CodeForm::Win32, _) if value == 0 => CodeSeverity::Success,
            (CodeForm::Win32, _) | (CodeForm::Hresult, 0b10 | 0b11) => CodeSeverity::Error,
            (CodeForm::Hresult, _) | (CodeForm::NtStatus, 0b00) => CodeSeverity::Success,
            (CodeForm::NtStatus, 0b01) => CodeSeverity::Information,
            (CodeForm::NtStatus, 0b10) => CodeSeverity::Warning,
            (CodeForm::NtStatus, _) => CodeSeverity::Error,
        };
        // An HRESULT has eleven bits for the facility. No NTSTATUS uses more either.
        let facility = ((value >> 16) & 0x7ff) as u16;
        let customer = value & CUSTOMER_BIT != 0;
        CodeParts {
            form,
            severity,
            facility,
            facility_name: match form {
                _ if customer => None,
                CodeForm::Win32 => None,
                CodeForm::Hresult => facility::of_hresult(facility),
                CodeForm::NtStatus => facility::of_ntstatus(facility),
            },
            number: (value & 0xffff) as u16,
            customer,
        }
    }
}

impl fmt::Display for CodeParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            CodeSeverity::Success => "success",
            CodeSeverity::Information => "information",
            CodeSeverity::Warning => "warning",
            CodeSeverity::Error => "error",
        };
        match self.form {
            CodeForm::Win32 => return write!(f, "system error {}", self.number),
            CodeForm::Hresult => write!(f, "HRESULT, {severity}, ")?,
            CodeForm::NtStatus => write!(f, "NTSTATUS, {severity}, ")?,
        }
        write!(f, "facility {}", self.facility)?;
        if let Some(name) = self.facility_name {
            write!(f, " ({name})")?;
        }
        write!(f, ", code {0} (0x{0:04X})", self.number)?;
        match self.customer {
            true => f.write_str("; its bit for codes that programs define is set"),
            false => Ok(()),
        }
    }
}

/// Whether a number is a bare system error, such as 5 or `%%21`.
pub(super) fn is_system_error(value: u32) -> bool {
    value < 0x1_0000
}
