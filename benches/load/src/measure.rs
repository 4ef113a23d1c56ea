//! Asking one side for a while.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::client::Connection;
use crate::error::BenchError;
use crate::side::Side;

/// One kind of request.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    pub method: &'static str,
    pub path: &'static str,
}

pub const CASES: [Case; 5] = [
    Case { name: "no database", method: "GET", path: "/ok" },
    Case { name: "select by id", method: "GET", path: "/items/500" },
    Case { name: "select 20 rows", method: "GET", path: "/items" },
    Case { name: "insert", method: "POST", path: "/items" },
    Case { name: "transaction of 10 inserts", method: "POST", path: "/ten" },
];

/// What the rounds of one side gave.
#[derive(Debug, Default)]
pub struct Figures {
    pub per_second: Vec<f64>,
    pub cpu_us: Vec<f64>,
}

/// Asks over this many connections, each as soon as it has its answer.
pub async fn measure(
    side: &Side,
    case: Case,
    connections: usize,
    time: Duration,
    figures: &mut Figures,
) -> Result<(), BenchError> {
    let mut opened = Vec::new();
    for _ in 0..connections {
        opened.push(Connection::open(side, &case).await?);
    }
    let (cpu, started) = (side.cpu_us()?, Instant::now());
    let mut askers = JoinSet::new();
    for mut connection in opened {
        askers.spawn(async move {
            let mut count = 0_u32;
            while started.elapsed() < time {
                connection.ask().await?;
                count += 1;
            }
            Ok::<_, BenchError>(count)
        });
    }
    let mut count = 0;
    while let Some(asked) = askers.join_next().await {
        count += asked.map_err(std::io::Error::other)??;
    }
    figures.per_second.push(f64::from(count) / started.elapsed().as_secs_f64());
    figures.cpu_us.push((side.cpu_us()? - cpu) as f64 / f64::from(count.max(1)));
    Ok(())
}
