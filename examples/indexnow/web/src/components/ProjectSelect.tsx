import type { Project } from "../types";

interface Props {
  id: string;
  projects: Project[];
  value: number | null;
  onChange: (id: number | null) => void;
}

/** Which project changes a site, if one does. */
export function ProjectSelect({ id, projects, value, onChange }: Props) {
  const unknown = value !== null && !projects.some((project) => project.id === value);
  return (
    <select id={id} value={value ?? ""} onChange={(event) => onChange(event.target.value ? Number(event.target.value) : null)}>
      <option value="">No project: only by hand</option>
      {unknown && <option value={value}>Project {value}</option>}
      {projects.map((project) => <option key={project.id} value={project.id}>{project.name}</option>)}
    </select>
  );
}
