//! The codes of security packages such as Schannel and Kerberos: `SEC_E_…` and `SEC_I_…`.

use super::known::{CodeFamily, KnownCode};

/// A row of the table.
const fn code(value: u32, name: &'static str) -> KnownCode {
    KnownCode::new(CodeFamily::Sec, value, name)
}

/// Ascending by number.
pub(super) static SEC: &[KnownCode] = &[
    code(0x0009_0312, "SEC_I_CONTINUE_NEEDED"),
    code(0x0009_0313, "SEC_I_COMPLETE_NEEDED"),
    code(0x0009_0314, "SEC_I_COMPLETE_AND_CONTINUE"),
    code(0x0009_0315, "SEC_I_LOCAL_LOGON"),
    code(0x0009_0316, "SEC_I_GENERIC_EXTENSION_RECEIVED"),
    code(0x0009_0317, "SEC_I_CONTEXT_EXPIRED"),
    code(0x0009_0320, "SEC_I_INCOMPLETE_CREDENTIALS"),
    code(0x0009_0321, "SEC_I_RENEGOTIATE"),
    code(0x0009_0323, "SEC_I_NO_LSA_CONTEXT"),
    code(0x0009_035c, "SEC_I_SIGNATURE_NEEDED"),
    code(0x0009_0360, "SEC_I_NO_RENEGOTIATION"),
    code(0x0009_0364, "SEC_I_MESSAGE_FRAGMENT"),
    code(0x0009_0366, "SEC_I_CONTINUE_NEEDED_MESSAGE_OK"),
    code(0x0009_0368, "SEC_I_ASYNC_CALL_PENDING"),
    code(0x8009_0300, "SEC_E_INSUFFICIENT_MEMORY").means("there was not enough memory"),
    code(0x8009_0301, "SEC_E_INVALID_HANDLE").means("the handle is not valid"),
    code(0x8009_0302, "SEC_E_UNSUPPORTED_FUNCTION").also(&["SEC_E_NOT_SUPPORTED"]),
    code(0x8009_0303, "SEC_E_TARGET_UNKNOWN"),
    code(0x8009_0304, "SEC_E_INTERNAL_ERROR")
        .also(&["SEC_E_NO_SPM"])
        .means("the security package failed inside"),
    code(0x8009_0305, "SEC_E_SECPKG_NOT_FOUND").means("the security package does not exist"),
    code(0x8009_0306, "SEC_E_NOT_OWNER"),
    code(0x8009_0307, "SEC_E_CANNOT_INSTALL"),
    code(0x8009_0308, "SEC_E_INVALID_TOKEN").means("the token of the other side is not valid"),
    code(0x8009_0309, "SEC_E_CANNOT_PACK"),
    code(0x8009_030a, "SEC_E_QOP_NOT_SUPPORTED"),
    code(0x8009_030b, "SEC_E_NO_IMPERSONATION"),
    code(0x8009_030c, "SEC_E_LOGON_DENIED").means("the logon was refused"),
    code(0x8009_030d, "SEC_E_UNKNOWN_CREDENTIALS")
        .means("The credentials supplied to the package were not recognized")
        .at_keys("Schannel event 36870: the private key of a certificate cannot be used"),
    code(0x8009_030e, "SEC_E_NO_CREDENTIALS")
        .means("there are no credentials")
        .at_keys("no certificate with a private key that this account may use"),
    code(0x8009_030f, "SEC_E_MESSAGE_ALTERED"),
    code(0x8009_0310, "SEC_E_OUT_OF_SEQUENCE"),
    code(0x8009_0311, "SEC_E_NO_AUTHENTICATING_AUTHORITY"),
    code(0x8009_0316, "SEC_E_BAD_PKGID"),
    code(0x8009_0317, "SEC_E_CONTEXT_EXPIRED"),
    code(0x8009_0318, "SEC_E_INCOMPLETE_MESSAGE"),
    code(0x8009_0320, "SEC_E_INCOMPLETE_CREDENTIALS"),
    code(0x8009_0321, "SEC_E_BUFFER_TOO_SMALL"),
    code(0x8009_0322, "SEC_E_WRONG_PRINCIPAL")
        .means("the name of the server is another one than the one that was asked for"),
    code(0x8009_0324, "SEC_E_TIME_SKEW").means("the clocks of the two computers differ too much"),
    code(0x8009_0325, "SEC_E_UNTRUSTED_ROOT")
        .means("the chain of certificates ends at a root that is not trusted"),
    code(0x8009_0326, "SEC_E_ILLEGAL_MESSAGE"),
    code(0x8009_0327, "SEC_E_CERT_UNKNOWN").means("the certificate could not be processed"),
    code(0x8009_0328, "SEC_E_CERT_EXPIRED").means("the certificate has expired"),
    code(0x8009_0329, "SEC_E_ENCRYPT_FAILURE").means("the data could not be encrypted"),
    code(0x8009_0330, "SEC_E_DECRYPT_FAILURE")
        .means("the data could not be decrypted")
        .at_keys("another key than the one that encrypted it"),
    code(0x8009_0331, "SEC_E_ALGORITHM_MISMATCH")
        .means("the two sides have no algorithm in common")
        .at_keys(
            "one cause is a key of the certificate that fits none of the offered cipher suites",
        ),
    code(0x8009_0332, "SEC_E_SECURITY_QOS_FAILED"),
    code(0x8009_0333, "SEC_E_UNFINISHED_CONTEXT_DELETED"),
    code(0x8009_0334, "SEC_E_NO_TGT_REPLY"),
    code(0x8009_0335, "SEC_E_NO_IP_ADDRESSES"),
    code(0x8009_0336, "SEC_E_WRONG_CREDENTIAL_HANDLE"),
    code(0x8009_0337, "SEC_E_CRYPTO_SYSTEM_INVALID").means("the cipher or its key is not valid"),
    code(0x8009_0338, "SEC_E_MAX_REFERRALS_EXCEEDED"),
    code(0x8009_0339, "SEC_E_MUST_BE_KDC"),
    code(0x8009_033a, "SEC_E_STRONG_CRYPTO_NOT_SUPPORTED"),
    code(0x8009_033b, "SEC_E_TOO_MANY_PRINCIPALS"),
    code(0x8009_033c, "SEC_E_NO_PA_DATA"),
    code(0x8009_033d, "SEC_E_PKINIT_NAME_MISMATCH"),
    code(0x8009_033e, "SEC_E_SMARTCARD_LOGON_REQUIRED").means("a logon by smart card is required"),
    code(0x8009_033f, "SEC_E_SHUTDOWN_IN_PROGRESS"),
    code(0x8009_0340, "SEC_E_KDC_INVALID_REQUEST"),
    code(0x8009_0341, "SEC_E_KDC_UNABLE_TO_REFER"),
    code(0x8009_0342, "SEC_E_KDC_UNKNOWN_ETYPE"),
    code(0x8009_0343, "SEC_E_UNSUPPORTED_PREAUTH"),
    code(0x8009_0345, "SEC_E_DELEGATION_REQUIRED"),
    code(0x8009_0346, "SEC_E_BAD_BINDINGS"),
    code(0x8009_0347, "SEC_E_MULTIPLE_ACCOUNTS"),
    code(0x8009_0348, "SEC_E_NO_KERB_KEY").means("there is no Kerberos key of the account"),
    code(0x8009_0349, "SEC_E_CERT_WRONG_USAGE").means("the certificate is not meant for this use"),
    code(0x8009_0350, "SEC_E_DOWNGRADE_DETECTED"),
    code(0x8009_0351, "SEC_E_SMARTCARD_CERT_REVOKED")
        .means("the certificate on the smart card was revoked"),
    code(0x8009_0352, "SEC_E_ISSUING_CA_UNTRUSTED"),
    code(0x8009_0353, "SEC_E_REVOCATION_OFFLINE_C"),
    code(0x8009_0354, "SEC_E_PKINIT_CLIENT_FAILURE"),
    code(0x8009_0355, "SEC_E_SMARTCARD_CERT_EXPIRED")
        .means("the certificate on the smart card has expired"),
    code(0x8009_0356, "SEC_E_NO_S4U_PROT_SUPPORT"),
    code(0x8009_0357, "SEC_E_CROSSREALM_DELEGATION_FAILURE"),
    code(0x8009_0358, "SEC_E_REVOCATION_OFFLINE_KDC"),
    code(0x8009_0359, "SEC_E_ISSUING_CA_UNTRUSTED_KDC"),
    code(0x8009_035a, "SEC_E_KDC_CERT_EXPIRED"),
    code(0x8009_035b, "SEC_E_KDC_CERT_REVOKED"),
    code(0x8009_035d, "SEC_E_INVALID_PARAMETER"),
    code(0x8009_035e, "SEC_E_DELEGATION_POLICY"),
    code(0x8009_035f, "SEC_E_POLICY_NLTM_ONLY"),
    code(0x8009_0361, "SEC_E_NO_CONTEXT"),
    code(0x8009_0362, "SEC_E_PKU2U_CERT_FAILURE"),
    code(0x8009_0363, "SEC_E_MUTUAL_AUTH_FAILED"),
    code(0x8009_0365, "SEC_E_ONLY_HTTPS_ALLOWED"),
    code(0x8009_0367, "SEC_E_APPLICATION_PROTOCOL_MISMATCH"),
    code(0x8009_0369, "SEC_E_INVALID_UPN_NAME"),
    code(0x8009_036a, "SEC_E_EXT_BUFFER_TOO_SMALL"),
    code(0x8009_036b, "SEC_E_INSUFFICIENT_BUFFERS"),
];
