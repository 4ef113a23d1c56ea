use temps_plugin_protocol::{MultipartPart, PartContent};

/// A form with files, `multipart/form-data`. The boundaries are written by the platform.
///
/// ```
/// use temps_plugin_sdk::api::Form;
///
/// let form = Form::new().text("title", "Logo").bytes("file", "logo.png", "image/png", vec![0x89, b'P', b'N', b'G']);
/// assert_eq!(form.parts().len(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "a form does nothing until it is sent"]
pub struct Form {
    parts: Vec<MultipartPart>,
}

impl Form {
    /// A form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field.
    pub fn text(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let content = PartContent::Text(value.into());
        self.part(MultipartPart { name: name.into(), filename: None, content_type: None, content })
    }

    /// Adds a file. The content is not copied.
    pub fn bytes(
        self,
        name: impl Into<String>,
        filename: impl Into<String>,
        content_type: impl Into<String>,
        content: impl Into<Vec<u8>>,
    ) -> Self {
        let content = PartContent::Binary(content.into());
        self.part(MultipartPart {
            name: name.into(),
            filename: Some(filename.into()),
            content_type: Some(content_type.into()),
            content,
        })
    }

    /// Adds a part of any kind.
    pub fn part(mut self, part: MultipartPart) -> Self {
        self.parts.push(part);
        self
    }

    /// The parts so far.
    #[must_use]
    pub fn parts(&self) -> &[MultipartPart] {
        &self.parts
    }

    pub(super) fn into_parts(self) -> Vec<MultipartPart> {
        self.parts
    }
}
