//! What is to be known of a signature, apart from any capture.

/// The description of a signature: the same text in every list and help. One that was
/// written as JSON is read back as a `SignatureText<String>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SignatureText<T = &'static str> {
    /// The id, such as `MK-01`.
    pub id: T,
    /// A title.
    pub title: T,
    /// The title in at most forty characters, for lists; empty where the title itself serves.
    pub title_short: T,
    /// The severities that it can have.
    pub severity: T,
    /// What it looks like in a capture.
    pub looks_like: T,
    /// What it means.
    pub means: T,
    /// What looks alike and is innocent.
    pub look_alike: T,
    /// What would disprove it.
    pub disproved_by: T,
    /// What to do first.
    pub remedy: T,
    /// How sure it can be, and what raises or lowers that.
    pub confidence: T,
    /// A command that changes nothing and shows whether it is so.
    pub confirm: T,
    /// What not to do.
    pub avoid: T,
    /// What kind of source cause and remedy come from.
    pub source: T,
    /// MITRE ATT&CK techniques that show the same traces.
    pub technique: Option<T>,
}

impl SignatureText {
    /// A description that has only an id and a title. The other fields are set afterwards.
    ///
    /// ```
    /// use procmonkey_analysis::SignatureText;
    ///
    /// static TEXT: SignatureText = {
    ///     let mut text = SignatureText::new("SITE-01", "The scanner reads key files");
    ///     text.means = "The exclusion of the scanner does not work.";
    ///     text
    /// };
    /// assert_eq!((TEXT.id, TEXT.avoid), ("SITE-01", ""));
    /// ```
    pub const fn new(id: &'static str, title: &'static str) -> SignatureText {
        SignatureText {
            id,
            title,
            title_short: "",
            severity: "",
            looks_like: "",
            means: "",
            look_alike: "",
            disproved_by: "",
            remedy: "",
            confidence: "",
            confirm: "",
            avoid: "",
            source: "",
            technique: None,
        }
    }
}
