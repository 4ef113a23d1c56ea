const RADIUS = 42;
const LENGTH = 2 * Math.PI * RADIUS;

/// How good a score is, as a colour's name.
export const grade = (score: number) => (score >= 85 ? "ok" : score >= 60 ? "warn" : "bad");

export function ScoreRing({ score, size = 132 }: { score: number; size?: number }) {
  return (
    <svg className={`ring ${grade(score)}`} viewBox="0 0 100 100" width={size} height={size} role="img" aria-label={`Score ${score} of 100`}>
      <circle className="ring-track" cx="50" cy="50" r={RADIUS} />
      <circle className="ring-value" cx="50" cy="50" r={RADIUS} strokeDasharray={`${(LENGTH * score) / 100} ${LENGTH}`} transform="rotate(-90 50 50)" />
      <text x="50" y="48" className="ring-number">
        {score}
      </text>
      <text x="50" y="70" className="ring-of">
        of 100
      </text>
    </svg>
  );
}
