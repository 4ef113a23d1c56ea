//! What the kernel counts of a process.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use crate::error::BenchError;

/// The CPU time of each thread so far.
#[derive(Debug)]
pub struct CpuTime {
    threads: HashMap<String, u64>,
}

impl CpuTime {
    /// Nanoseconds on a CPU, from the scheduler: `stat` counts in steps of 10 ms.
    pub fn of(process: u32) -> Result<Self, BenchError> {
        let folder = format!("/proc/{process}/task");
        let tasks = std::fs::read_dir(&folder).map_err(BenchError::io("read", Path::new(&folder)))?;
        let mut threads = HashMap::new();
        for task in tasks.flatten() {
            // A thread may end at any time.
            let Ok(stat) = std::fs::read_to_string(task.path().join("schedstat")) else { continue };
            let nanoseconds = stat.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or_default();
            threads.insert(task.file_name().to_string_lossy().into_owned(), nanoseconds);
        }
        Ok(Self { threads })
    }

    /// What was used since `earlier`, except by threads that have ended since.
    pub fn since(&self, earlier: &Self) -> Duration {
        let used = |(thread, now): (&String, &u64)| now.saturating_sub(earlier.threads.get(thread).copied().unwrap_or_default());
        Duration::from_nanos(self.threads.iter().map(used).sum())
    }
}

/// The memory of a process: what is its alone, and its share of what it shares with others.
pub fn pss_kib(process: u32) -> Result<f64, BenchError> {
    let file = format!("/proc/{process}/smaps_rollup");
    let text = std::fs::read_to_string(&file).map_err(BenchError::io("read", Path::new(&file)))?;
    let value = text.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB")?.parse().ok());
    value.ok_or_else(|| BenchError::io("find Pss in", Path::new(&file))(std::io::ErrorKind::InvalidData.into()))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn what_a_process_works_and_holds_is_seen() {
        let own = std::process::id();
        let before = CpuTime::of(own).unwrap();
        let started = Instant::now();
        // Other tests of this process take and give back memory of their own meanwhile.
        let mut is_seen = false;
        while !is_seen && started.elapsed() < Duration::from_secs(60) {
            let empty = pss_kib(own).unwrap();
            let held = vec![1_u8; 64 << 20];
            is_seen = pss_kib(own).unwrap() - empty > 60.0 * 1024.0;
            assert!(held.len() > 1);
        }
        assert!(is_seen);
        // The machine may have given the CPU to others for most of the time.
        assert!(CpuTime::of(own).unwrap().since(&before) > Duration::from_millis(1));
    }
}
