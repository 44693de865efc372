//! What is to be known of a signature, apart from any capture.

/// The description of a signature: the same text in every list and help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SignatureText {
    /// The id, such as `MK-01`.
    pub id: &'static str,
    /// A title.
    pub title: &'static str,
    /// The title in at most forty characters, for lists; empty where the title itself serves.
    pub title_short: &'static str,
    /// The severities that it can have.
    pub severity: &'static str,
    /// What it looks like in a capture.
    pub looks_like: &'static str,
    /// What it means.
    pub means: &'static str,
    /// What looks alike and is innocent.
    pub look_alike: &'static str,
    /// What would disprove it.
    pub disproved_by: &'static str,
    /// What to do first.
    pub remedy: &'static str,
    /// How sure it can be, and what raises or lowers that.
    pub confidence: &'static str,
    /// A command that changes nothing and shows whether it is so.
    pub confirm: &'static str,
    /// What not to do.
    pub avoid: &'static str,
    /// What kind of source cause and remedy come from.
    pub source: &'static str,
    /// MITRE ATT&CK techniques that show the same traces.
    pub technique: Option<&'static str>,
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
