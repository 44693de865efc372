//! What `--help` of each command ends with: three examples, on the samples of the project.

pub(super) const ANALYZE: &str = "\
Examples:
  procmonkey analyze samples/guid-changed.pml
  procmonkey analyze samples/restart.csv samples/guid-changed.csv -o report.html
  procmonkey analyze samples/guid-changed.csv -p lsass.exe -o report.json";

pub(super) const BATCH: &str = "\
Examples:
  procmonkey batch samples -o results
  procmonkey batch samples -o results --with-witnesses --events parquet
  procmonkey batch samples -o others -p lsass.exe --threads 1 --progress json";

pub(super) const COMPARE: &str = "\
Examples:
  procmonkey compare samples/restart.csv samples/guid-changed.csv
  procmonkey compare samples/restart.pml samples/guid-changed.xml -o differences.html
  procmonkey compare samples/restart.csv samples/guid-changed.csv --paths -p inetinfo";

pub(super) const EXPLAIN: &str = "\
Examples:
  procmonkey explain samples/restart.csv
  procmonkey explain samples/guid-changed.pml --baseline samples/restart.pml
  procmonkey explain samples/guid-changed.csv --lesson -o lesson.html";

pub(super) const RENDER: &str = "\
Examples:
  procmonkey render report.json -o page.html
  procmonkey render report.json -f markdown
  procmonkey render report.json -v";

pub(super) const EVENTS: &str = "\
Examples:
  procmonkey events samples/guid-changed.pml --filter 'Path contains MachineKeys'
  procmonkey events samples/guid-changed.pml --event 1673,1636-1639 --context 2
  procmonkey events samples/guid-changed.csv --exclude 'Result is SUCCESS' -o failed.csv";

pub(super) const CONVERT: &str = "\
Examples:
  procmonkey convert samples/guid-changed.pml -o all.csv
  procmonkey convert samples/guid-changed.csv -p inetinfo -o inetinfo.xml
  procmonkey convert samples/restart.pml --columns 'Time of Day,Path,Result' -o short.csv";

pub(super) const REDACT: &str = "\
Examples:
  procmonkey redact samples/guid-changed.csv -o to-share.csv --report
  procmonkey redact samples/restart.pml -o to-share.pml --key case-17.key
  procmonkey redact --check to-share.csv --word WEB01 --word alice";

pub(super) const COUNT: &str = "\
Examples:
  procmonkey count samples/guid-changed.csv --by Result
  procmonkey count samples/guid-changed.pml --by folder:3 --sum duration --top 10
  procmonkey count samples/guid-changed.csv --by second -p inetinfo --sort Second";

pub(super) const SUMMARY: &str = "\
Examples:
  procmonkey summary process samples/guid-changed.csv
  procmonkey summary file samples/guid-changed.pml --top 10
  procmonkey summary registry samples/guid-changed.csv --filter 'Result is NAME NOT FOUND'";

pub(super) const CROSS_REFERENCE: &str = "\
Examples:
  procmonkey cross-reference samples/first-start.pml
  procmonkey cross-reference samples/first-start.csv --filter 'Path contains Services' --top 2
  procmonkey cross-reference samples/first-start.csv samples/restart.csv --sort Path -f json";

pub(super) const INFO: &str = "\
Examples:
  procmonkey info samples/guid-changed.pml
  procmonkey info samples/restart.csv samples/guid-changed.csv
  procmonkey info samples/guid-changed.xml -p inetinfo -f json";

pub(super) const PROCESSES: &str = "\
Examples:
  procmonkey processes samples/guid-changed.pml
  procmonkey processes samples/guid-changed.pml --ancestors 5236
  procmonkey processes samples/guid-changed.csv -p 'svc*' -f json";

pub(super) const STACKS: &str = "\
Examples:
  procmonkey stacks samples/restart.xml
  procmonkey stacks samples/restart.xml -p inetinfo --filter 'Path contains MachineKeys'
  procmonkey stacks samples/restart.xml -f json -o stacks.json";

pub(super) const KEY: &str = "\
Examples:
  procmonkey key iisWasKey
  procmonkey key 'MS IIS DCOM Server' --machine-guid 4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1
  procmonkey key c2319c42033a5ca7f44e731bfd3fa2b5 -f json";

pub(super) const CODE: &str = "\
Examples:
  procmonkey code 0x80090016
  procmonkey code -2146893802 -f json
  procmonkey code NTE_BAD_KEYSET 0xc0000022";

pub(super) const FILTER: &str = "\
Examples:
  procmonkey filter --filter 'Path contains MachineKeys' -o keys.pmf
  procmonkey filter --filter 'Process Name is inetinfo.exe' --exclude 'Result is SUCCESS'
  procmonkey filter --exclude 'Operation is Load Image' -f json";

pub(super) const SIGNATURES: &str = "\
Examples:
  procmonkey signatures
  procmonkey signatures MK-01
  procmonkey signatures MK-01 MK-04 -f markdown";

pub(super) const KIT: &str = "\
Examples:
  procmonkey kit kit
  procmonkey kit ~/stick/kit
  procmonkey kit --force kit";

pub(super) const COMPLETIONS: &str = "\
Examples:
  procmonkey completions bash > ~/.local/share/bash-completion/completions/procmonkey
  procmonkey completions fish > ~/.config/fish/completions/procmonkey.fish
  procmonkey completions powershell >> $PROFILE";

pub(super) const MAN: &str = "\
Examples:
  procmonkey man man1
  procmonkey man ~/.local/share/man/man1
  procmonkey man .";
