import { useId, useLayoutEffect, useRef, useState } from "react";
import { date, moment } from "../format";
import { go, to } from "../router";
import type { Report } from "../types";

const HEIGHT = 200;
const LEFT = 32;
const RIGHT = 16;
const TOP = 12;
const BOTTOM = 28;

/// The scores of a site's reports, the oldest first.
export function ScoreChart({ reports }: { reports: Report[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  const gradient = useId();
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(240, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const scored = reports.flatMap((report) => (report.score === null ? [] : [{ report, score: report.score }]));
  const x = (at: number) => (scored.length === 1 ? (LEFT + width - RIGHT) / 2 : LEFT + (at * (width - LEFT - RIGHT)) / (scored.length - 1));
  const y = (score: number) => TOP + ((100 - score) * (HEIGHT - TOP - BOTTOM)) / 100;
  const points = scored.map(({ score }, at) => `${x(at)},${y(score)}`).join(" ");
  const first = scored[0];
  const last = scored[scored.length - 1];
  if (!first || !last) return null;
  return (
    <div ref={frame} className="chart">
      <svg width={width} height={HEIGHT} role="group" aria-label={`Score over time, from ${first.score} to ${last.score}`}>
        <defs>
          <linearGradient id={gradient} x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" className="chart-from" />
            <stop offset="1" className="chart-to" />
          </linearGradient>
        </defs>
        {[0, 25, 50, 75, 100].map((line) => (
          <g key={line}>
            <line className="chart-line" x1={LEFT} x2={width - RIGHT} y1={y(line)} y2={y(line)} />
            <text className="chart-label" x={LEFT - 8} y={y(line)} dy="0.32em" textAnchor="end">
              {line}
            </text>
          </g>
        ))}
        {scored.length > 1 && (
          <>
            <polygon fill={`url(#${gradient})`} points={`${x(0)},${y(0)} ${points} ${x(scored.length - 1)},${y(0)}`} />
            <polyline className="chart-curve" points={points} />
          </>
        )}
        {scored.map(({ report, score }, at) => (
          <a
            key={report.id}
            href={to.report(report.id)}
            aria-label={`${moment(report.createdAt)}: score ${score}`}
            onClick={(event) => {
              event.preventDefault();
              go(to.report(report.id));
            }}
          >
            <title>{`${moment(report.createdAt)}: ${score}`}</title>
            <circle className="chart-target" cx={x(at)} cy={y(score)} r="14" />
            <circle className="chart-point" cx={x(at)} cy={y(score)} r="4.5" />
          </a>
        ))}
        <text className="chart-label" x={x(0)} y={HEIGHT - 8} textAnchor={scored.length === 1 ? "middle" : "start"}>
          {date(first.report.createdAt)}
        </text>
        {scored.length > 1 && (
          <text className="chart-label" x={x(scored.length - 1)} y={HEIGHT - 8} textAnchor="end">
            {date(last.report.createdAt)}
          </text>
        )}
      </svg>
    </div>
  );
}
