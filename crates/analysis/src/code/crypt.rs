//! The codes of certificates and messages: `CRYPT_E_…`, `CERT_E_…`, `TRUST_E_…`.

use super::known::{CodeFamily, KnownCode};

/// A row of the table.
const fn code(value: u32, name: &'static str) -> KnownCode {
    KnownCode::new(CodeFamily::Crypt, value, name)
}

/// Ascending by number.
pub(super) static CRYPT: &[KnownCode] = &[
    code(0x0009_1012, "CRYPT_I_NEW_PROTECTION_REQUIRED")
        .means("the protected data should be protected anew")
        .at_keys("DPAPI could decrypt it and advises to encrypt it again"),
    code(0x8009_1001, "CRYPT_E_MSG_ERROR"),
    code(0x8009_1002, "CRYPT_E_UNKNOWN_ALGO"),
    code(0x8009_1003, "CRYPT_E_OID_FORMAT"),
    code(0x8009_1004, "CRYPT_E_INVALID_MSG_TYPE"),
    code(0x8009_1005, "CRYPT_E_UNEXPECTED_ENCODING"),
    code(0x8009_1006, "CRYPT_E_AUTH_ATTR_MISSING"),
    code(0x8009_1007, "CRYPT_E_HASH_VALUE").means("the hash value is wrong"),
    code(0x8009_1008, "CRYPT_E_INVALID_INDEX"),
    code(0x8009_1009, "CRYPT_E_ALREADY_DECRYPTED"),
    code(0x8009_100a, "CRYPT_E_NOT_DECRYPTED"),
    code(0x8009_100b, "CRYPT_E_RECIPIENT_NOT_FOUND")
        .means("none of the recipients of a message was found")
        .at_keys("no certificate of this computer or user has the private key that decrypts it"),
    code(0x8009_100c, "CRYPT_E_CONTROL_TYPE"),
    code(0x8009_100d, "CRYPT_E_ISSUER_SERIALNUMBER"),
    code(0x8009_100e, "CRYPT_E_SIGNER_NOT_FOUND").means("the signer was not found"),
    code(0x8009_100f, "CRYPT_E_ATTRIBUTES_MISSING"),
    code(0x8009_1010, "CRYPT_E_STREAM_MSG_NOT_READY"),
    code(0x8009_1011, "CRYPT_E_STREAM_INSUFFICIENT_DATA"),
    code(0x8009_2001, "CRYPT_E_BAD_LEN"),
    code(0x8009_2002, "CRYPT_E_BAD_ENCODE"),
    code(0x8009_2003, "CRYPT_E_FILE_ERROR")
        .means("a file could not be read or written")
        .at_keys("of a certificate store"),
    code(0x8009_2004, "CRYPT_E_NOT_FOUND")
        .means("the object or property was not found")
        .at_keys("no such certificate in the store, or a certificate that has no private key"),
    code(0x8009_2005, "CRYPT_E_EXISTS").means("the object or property exists already"),
    code(0x8009_2006, "CRYPT_E_NO_PROVIDER").means("no provider is named"),
    code(0x8009_2007, "CRYPT_E_SELF_SIGNED").means("the certificate is signed by itself"),
    code(0x8009_2008, "CRYPT_E_DELETED_PREV"),
    code(0x8009_2009, "CRYPT_E_NO_MATCH").means("no match was found"),
    code(0x8009_200a, "CRYPT_E_UNEXPECTED_MSG_TYPE"),
    code(0x8009_200b, "CRYPT_E_NO_KEY_PROPERTY").means("the certificate names no key").at_keys(
        "it was imported without its private key, or its link to the key container is lost",
    ),
    code(0x8009_200c, "CRYPT_E_NO_DECRYPT_CERT")
        .means("no certificate with a private key for decrypting was found")
        .at_keys("the key of the recipient is not on this computer"),
    code(0x8009_200d, "CRYPT_E_BAD_MSG").means("the message is not of the expected form"),
    code(0x8009_200e, "CRYPT_E_NO_SIGNER").means("the message has no signer"),
    code(0x8009_200f, "CRYPT_E_PENDING_CLOSE"),
    code(0x8009_2010, "CRYPT_E_REVOKED").means("the certificate was revoked"),
    code(0x8009_2011, "CRYPT_E_NO_REVOCATION_DLL"),
    code(0x8009_2012, "CRYPT_E_NO_REVOCATION_CHECK")
        .means("it could not be checked whether the certificate was revoked"),
    code(0x8009_2013, "CRYPT_E_REVOCATION_OFFLINE")
        .means("the server that knows revoked certificates could not be reached"),
    code(0x8009_2014, "CRYPT_E_NOT_IN_REVOCATION_DATABASE"),
    code(0x8009_2020, "CRYPT_E_INVALID_NUMERIC_STRING"),
    code(0x8009_2021, "CRYPT_E_INVALID_PRINTABLE_STRING"),
    code(0x8009_2022, "CRYPT_E_INVALID_IA5_STRING"),
    code(0x8009_2023, "CRYPT_E_INVALID_X500_STRING"),
    code(0x8009_2024, "CRYPT_E_NOT_CHAR_STRING"),
    code(0x8009_2025, "CRYPT_E_FILERESIZED"),
    code(0x8009_2026, "CRYPT_E_SECURITY_SETTINGS")
        .means("the security settings of the computer forbid it"),
    code(0x8009_2027, "CRYPT_E_NO_VERIFY_USAGE_DLL"),
    code(0x8009_2028, "CRYPT_E_NO_VERIFY_USAGE_CHECK"),
    code(0x8009_2029, "CRYPT_E_VERIFY_USAGE_OFFLINE"),
    code(0x8009_202a, "CRYPT_E_NOT_IN_CTL"),
    code(0x8009_202b, "CRYPT_E_NO_TRUSTED_SIGNER"),
    code(0x8009_202c, "CRYPT_E_MISSING_PUBKEY_PARA")
        .means("parameters of the public key are missing"),
    code(0x8009_202d, "CRYPT_E_OBJECT_LOCATOR_OBJECT_NOT_FOUND"),
    code(0x8009_3000, "CRYPT_E_OSS_ERROR"),
    code(0x8009_3100, "CRYPT_E_ASN1_ERROR"),
    code(0x8009_3101, "CRYPT_E_ASN1_INTERNAL"),
    code(0x8009_3102, "CRYPT_E_ASN1_EOD").means("the data ends too early"),
    code(0x8009_3103, "CRYPT_E_ASN1_CORRUPT"),
    code(0x8009_3104, "CRYPT_E_ASN1_LARGE"),
    code(0x8009_3105, "CRYPT_E_ASN1_CONSTRAINT"),
    code(0x8009_3106, "CRYPT_E_ASN1_MEMORY"),
    code(0x8009_3107, "CRYPT_E_ASN1_OVERFLOW"),
    code(0x8009_3108, "CRYPT_E_ASN1_BADPDU"),
    code(0x8009_3109, "CRYPT_E_ASN1_BADARGS"),
    code(0x8009_310a, "CRYPT_E_ASN1_BADREAL"),
    code(0x8009_310b, "CRYPT_E_ASN1_BADTAG")
        .means("the data is not of the expected form")
        .at_keys("the file is not a certificate or request of this form"),
    code(0x8009_310c, "CRYPT_E_ASN1_CHOICE"),
    code(0x8009_310d, "CRYPT_E_ASN1_RULE"),
    code(0x8009_310e, "CRYPT_E_ASN1_UTF8"),
    code(0x8009_3133, "CRYPT_E_ASN1_PDU_TYPE"),
    code(0x8009_3134, "CRYPT_E_ASN1_NYI"),
    code(0x8009_3201, "CRYPT_E_ASN1_EXTENDED"),
    code(0x8009_3202, "CRYPT_E_ASN1_NOEOD"),
    code(0x8009_6001, "TRUST_E_SYSTEM_ERROR"),
    code(0x8009_6002, "TRUST_E_NO_SIGNER_CERT"),
    code(0x8009_6003, "TRUST_E_COUNTER_SIGNER"),
    code(0x8009_6004, "TRUST_E_CERT_SIGNATURE"),
    code(0x8009_6005, "TRUST_E_TIME_STAMP"),
    code(0x8009_6010, "TRUST_E_BAD_DIGEST").means("the signature does not match the content"),
    code(0x8009_6011, "TRUST_E_MALFORMED_SIGNATURE"),
    code(0x8009_6019, "TRUST_E_BASIC_CONSTRAINTS"),
    code(0x8009_601e, "TRUST_E_FINANCIAL_CRITERIA"),
    code(0x800b_0001, "TRUST_E_PROVIDER_UNKNOWN"),
    code(0x800b_0002, "TRUST_E_ACTION_UNKNOWN"),
    code(0x800b_0003, "TRUST_E_SUBJECT_FORM_UNKNOWN"),
    code(0x800b_0004, "TRUST_E_SUBJECT_NOT_TRUSTED").means("the signed object is not trusted"),
    code(0x800b_0100, "TRUST_E_NOSIGNATURE").means("there is no signature"),
    code(0x800b_0101, "CERT_E_EXPIRED").means("the certificate has expired, or is not valid yet"),
    code(0x800b_0102, "CERT_E_VALIDITYPERIODNESTING"),
    code(0x800b_0103, "CERT_E_ROLE"),
    code(0x800b_0104, "CERT_E_PATHLENCONST"),
    code(0x800b_0105, "CERT_E_CRITICAL"),
    code(0x800b_0106, "CERT_E_PURPOSE"),
    code(0x800b_0107, "CERT_E_ISSUERCHAINING"),
    code(0x800b_0108, "CERT_E_MALFORMED"),
    code(0x800b_0109, "CERT_E_UNTRUSTEDROOT")
        .means("the root certificate of the chain is not trusted"),
    code(0x800b_010a, "CERT_E_CHAINING")
        .means("no chain of certificates to a trusted root was found"),
    code(0x800b_010b, "TRUST_E_FAIL"),
    code(0x800b_010c, "CERT_E_REVOKED").means("the certificate was revoked"),
    code(0x800b_010d, "CERT_E_UNTRUSTEDTESTROOT"),
    code(0x800b_010e, "CERT_E_REVOCATION_FAILURE"),
    code(0x800b_010f, "CERT_E_CN_NO_MATCH").means("the name in the certificate is another one"),
    code(0x800b_0110, "CERT_E_WRONG_USAGE").means("the certificate is not meant for this use"),
    code(0x800b_0111, "TRUST_E_EXPLICIT_DISTRUST"),
    code(0x800b_0112, "CERT_E_UNTRUSTEDCA"),
    code(0x800b_0113, "CERT_E_INVALID_POLICY"),
    code(0x800b_0114, "CERT_E_INVALID_NAME"),
];
