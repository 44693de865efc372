//! What the caller knows about a capture, and how it is to be read.

use crate::input::{CaptureId, TextEncoding, Unpacking};
use crate::model::{Limits, OperationNames, Progress};
use crate::parallel::ThreadPlan;
use crate::pml::Exporter;
use crate::time::{Date, DateOrder, Zone};

/// What the caller knows about a capture and the capture itself does not record.
///
/// ```
/// use procmonkey_parser::ReadOptions;
///
/// let options = ReadOptions::new().date("2026-11-22".parse()?).zone("+01:00".parse()?);
/// # let _ = options;
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    pub(crate) zone: Option<Zone>,
    pub(crate) date: Option<Date>,
    pub(crate) date_order: Option<DateOrder>,
    pub(crate) process: Option<String>,
    pub(crate) encoding: Option<TextEncoding>,
    pub(crate) names: OperationNames,
    pub(crate) exporter: Option<Exporter>,
    pub(crate) thread_plan: ThreadPlan,
    pub(crate) progress: Progress,
    pub(crate) limits: Limits,
    pub(crate) other_text: Option<usize>,
    pub(crate) capture_id: Option<CaptureId>,
}

impl ReadOptions {
    /// Options by which nothing is known.
    pub fn new() -> ReadOptions {
        ReadOptions::default()
    }

    /// The time zone of the clock in an export, which does not record its zone.
    pub fn zone(self, zone: Zone) -> ReadOptions {
        ReadOptions { zone: Some(zone), ..self }
    }

    /// The day of the first event, for a capture without dates.
    pub fn date(self, date: Date) -> ReadOptions {
        ReadOptions { date: Some(date), ..self }
    }

    /// The order of day, month and year, where the capture does not show it.
    pub fn date_order(self, order: DateOrder) -> ReadOptions {
        ReadOptions { date_order: Some(order), ..self }
    }

    /// The encoding of a text that has no byte order mark. Without it, UTF-8 and UTF-16 are
    /// recognised, and the code page of other text is guessed: see
    /// [`SourceEncoding::is_guessed`](crate::SourceEncoding::is_guessed).
    ///
    /// ```
    /// use procmonkey_parser::{Input, ReadOptions};
    ///
    /// let csv = b"\"Path\"\r\n\"C:\\\xd4\xe0\xe9\xeb\"\r\n";
    /// let options = ReadOptions::new().encoding("windows-1251".parse()?);
    /// let mut capture = Input::from_reader("mine.csv", &csv[..], &options)?.into_capture()?;
    /// let event = capture.events().next().expect("one event")?;
    /// assert_eq!(event.path().as_deref(), Some("C:\\Файл"));
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn encoding(self, encoding: TextEncoding) -> ReadOptions {
        ReadOptions { encoding: Some(encoding), ..self }
    }

    /// Which names the file operations of a native capture have.
    pub fn operation_names(self, names: OperationNames) -> ReadOptions {
        ReadOptions { names, ..self }
    }

    /// The generation of Procmon in whose form the texts of a native capture are made.
    /// Without it, that of the Procmon that recorded the capture.
    pub fn exporter(self, exporter: Exporter) -> ReadOptions {
        ReadOptions { exporter: Some(exporter), ..self }
    }

    /// Where to report how many bytes of a file have been read.
    pub fn progress(self, progress: Progress) -> ReadOptions {
        ReadOptions { progress, ..self }
    }

    /// What reading may use at most.
    pub fn limits(self, limits: Limits) -> ReadOptions {
        ReadOptions { limits, ..self }
    }

    /// How many threads may read one capture. 0 and 1 both mean the caller's thread only.
    ///
    /// More than one thread is used by
    /// [`Capture::read_prefiltered`](crate::Capture::read_prefiltered) if the capture is
    /// a plain file larger than a few MiB and not every event is wanted (in a CSV export,
    /// at most a quarter of them). The events come in the same order, with the same
    /// numbers and times. Counts, such as
    /// [`Capture::events_by_process`](crate::Capture::events_by_process), may lag behind
    /// the events by a few MiB until the capture has been read to its end. A compressed
    /// file is decompressed by one thread while the caller's thread reads. Without the
    /// feature `threads` of this crate, every number means the caller's thread only.
    ///
    /// ```
    /// use procmonkey_parser::ReadOptions;
    ///
    /// let options = ReadOptions::new().threads(2);
    /// # let _ = options;
    /// ```
    pub fn threads(self, threads: usize) -> ReadOptions {
        let threads = if cfg!(feature = "threads") { threads } else { 1 };
        self.in_sections(ThreadPlan { threads, length: None })
    }

    /// Which thread decompresses.
    pub(crate) fn unpacking(&self) -> Unpacking {
        match self.thread_plan.threads {
            0 | 1 => Unpacking::ByCaller,
            _ => Unpacking::InBackground,
        }
    }

    pub(crate) fn in_sections(self, thread_plan: ThreadPlan) -> ReadOptions {
        ReadOptions { thread_plan, ..self }
    }

    /// Keeps what stands beside the events of a pasted text, up to so many bytes, for
    /// [`Capture::other_text`](crate::Capture::other_text). Without this, nothing of it is kept.
    ///
    /// ```
    /// use procmonkey_parser::ReadOptions;
    ///
    /// let options = ReadOptions::new().other_text(16 * 1024 * 1024);
    /// # let _ = options;
    /// ```
    pub fn other_text(self, bytes: usize) -> ReadOptions {
        ReadOptions { other_text: Some(bytes), ..self }
    }

    /// The name of the capture, instead of the one that it has by its bytes: see
    /// [`CaptureId`]. That of a member of an archive is followed by `/` and the name of the member.
    pub fn capture_id(self, id: CaptureId) -> ReadOptions {
        ReadOptions { capture_id: Some(id), ..self }
    }

    /// The Process Name of pasted events, whose text does not contain it.
    pub fn process(self, name: impl Into<String>) -> ReadOptions {
        ReadOptions { process: Some(name.into()), ..self }
    }
}
