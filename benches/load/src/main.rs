//! Compares the plugin with its native peer: the same routes, the same sea-orm code, the same settings of the file.
//!
//! ```sh
//! cargo run --release --manifest-path benches/Cargo.toml -p bench-load
//! ```
//!
//! Both run at the same time on the same machine and are asked in turn, a short while each, for several rounds: what the machine does
//! besides hits both. A figure is the median of its rounds.

mod build;
mod canned;
mod case;
mod ceiling;
mod comparison;
mod error;
mod expected;
mod host;
mod http;
mod load;
mod machine;
mod measure;
mod options;
mod report;
mod selection;
mod side;
mod start;
mod statistics;
mod target;
mod usage;

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use error::BenchError;
use machine::Machine;
use options::Options;
use report::Report;
use selection::Selection;
use side::Side;

fn main() -> ExitCode {
    let options = Options::parse();
    let done = match &options.canned {
        Some(socket) => canned::serve(socket),
        None => compare(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(options: &Options) -> Result<(), BenchError> {
    let selection = Selection::new(options.only.as_deref())?;
    let built = build::all(options.launcher.as_deref())?;
    let folder = tempfile::tempdir().map_err(BenchError::io("make", &std::env::temp_dir()))?;
    let installed: Result<Vec<_>, _> =
        options.sides().into_iter().map(|which| Side::install(which, &built, options, folder.path())).collect();
    let mut report = Report {
        machine: Machine::now(),
        rounds: options.rounds(),
        seconds: options.time().as_secs_f64(),
        starts: options.starts(),
        instances: options.instances,
        ceiling: Vec::new(),
        comparisons: Vec::new(),
    };
    report::heading();
    measure_all(options, &selection, &installed?, folder.path(), &mut report)?;
    report.machine.finished();
    report.close();
    match &options.json {
        Some(file) => report.write(file),
        None => Ok(()),
    }
}

fn measure_all(
    options: &Options,
    selection: &Selection,
    sides: &[Side],
    folder: &Path,
    report: &mut Report,
) -> Result<(), BenchError> {
    if selection.start {
        report.add(start::in_turn(sides, folder, options.starts())?);
    }
    if selection.ceiling
        && let Some(case) = case::all().iter().find(|case| case.name == case::JSON)
    {
        report.ceiling = ceiling::measured(folder, case, options.rounds(), options.time())?;
        report::ceilings(&report.ceiling);
    }
    if selection.cases.is_empty() {
        return Ok(());
    }
    let mut running = Vec::new();
    for side in sides {
        let data_dir = folder.join(side.name).join("data");
        // What a first start leaves in memory is no longer there after the next one.
        drop(side.start(&data_dir)?);
        running.push(side.start(&data_dir)?);
    }
    for case in &selection.cases {
        for side in &running {
            expected::check(side.name, &side.socket, case)?;
        }
        for mode in case.modes {
            report.add(measure::in_turn(&running, case, *mode, options.rounds(), options.time())?);
        }
    }
    report.add(vec![measure::memory(&running)?]);
    Ok(())
}
