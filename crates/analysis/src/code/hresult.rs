//! The commonest codes of COM, which any program may return.

use super::known::{CodeFamily, KnownCode};

/// A row of the table.
const fn code(value: u32, name: &'static str) -> KnownCode {
    KnownCode::new(CodeFamily::Hresult, value, name)
}

/// Ascending by number.
pub(super) static HRESULT: &[KnownCode] = &[
    code(0x8000_4001, "E_NOTIMPL").means("it is not implemented"),
    code(0x8000_4002, "E_NOINTERFACE").means("the object does not have the interface"),
    code(0x8000_4003, "E_POINTER").means("a pointer is not valid"),
    code(0x8000_4004, "E_ABORT").means("it was ended before it was done"),
    code(0x8000_4005, "E_FAIL").means("it failed, for a reason that is not said"),
    code(0x8000_ffff, "E_UNEXPECTED").means("it failed in a way that was not foreseen"),
    code(0x8001_0001, "RPC_E_CALL_REJECTED"),
    code(0x8001_0007, "RPC_E_SERVER_DIED"),
    code(0x8001_0105, "RPC_E_SERVERFAULT"),
    code(0x8001_0106, "RPC_E_CHANGED_MODE")
        .means("the thread has been set up for COM in another way"),
    code(0x8001_0108, "RPC_E_DISCONNECTED"),
    code(0x8001_010a, "RPC_E_SERVERCALL_RETRYLATER"),
    code(0x8001_011b, "RPC_E_ACCESS_DENIED"),
    code(0x8002_0003, "DISP_E_MEMBERNOTFOUND"),
    code(0x8002_0005, "DISP_E_TYPEMISMATCH"),
    code(0x8002_0009, "DISP_E_EXCEPTION"),
    code(0x8002_000e, "DISP_E_BADPARAMCOUNT"),
    code(0x8004_0154, "REGDB_E_CLASSNOTREG").means("the class is not registered"),
    code(0x8004_01e3, "MK_E_UNAVAILABLE"),
    code(0x8004_01f0, "CO_E_NOTINITIALIZED"),
    code(0x8004_01f3, "CO_E_CLASSSTRING"),
    code(0x8004_01f5, "CO_E_APPNOTFOUND"),
    code(0x8007_0005, "E_ACCESSDENIED")
        .means("access was denied")
        .at_keys("the access rules of the key file or its folder"),
    code(0x8007_0006, "E_HANDLE").means("the handle is not valid"),
    code(0x8007_000e, "E_OUTOFMEMORY").means("there was not enough memory"),
    code(0x8007_0057, "E_INVALIDARG").means("a parameter is not valid"),
    code(0x8008_0005, "CO_E_SERVER_EXEC_FAILURE"),
];
