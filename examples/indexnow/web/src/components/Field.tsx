import { type ReactNode, useId } from "react";

interface Props {
  label: string;
  hint?: ReactNode;
  children: (ids: { id: string; describedBy: string | undefined }) => ReactNode;
}

/** A control with its label and a hint, tied together. */
export function Field({ label, hint, children }: Props) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, describedBy: hint ? hintId : undefined })}
      {hint && <p className="hint" id={hintId}>{hint}</p>}
    </div>
  );
}
