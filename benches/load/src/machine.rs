//! Where it ran, and how busy that was.

use serde::Serialize;

/// The machine, as the kernel describes it. What cannot be read is empty.
#[derive(Debug, Serialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    pub kernel: String,
    /// Processes that ran or waited to, over one, five and fifteen minutes.
    pub load_before: String,
    pub load_after: String,
}

impl Machine {
    pub fn now() -> Self {
        let cpu = read("/proc/cpuinfo");
        let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
        Self {
            cpu: cpu.trim_start_matches(['\t', ' ', ':']).to_owned(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            load_before: load(),
            load_after: String::new(),
        }
    }

    pub fn finished(&mut self) {
        self.load_after = load();
    }
}

fn load() -> String {
    read("/proc/loadavg").split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn read(file: &str) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}
