// Asks the plugin who is there, and shows it. Long enough to be worth compressing.
export async function greeting() {
  const response = await fetch("../greeting", { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`greeting: ${response.status}`);
  document.querySelector("#greeting").textContent = await response.text();
}
export async function projects() {
  const response = await fetch("../projects", { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`projects: ${response.status}`);
  document.querySelector("#projects").textContent = await response.text();
}
export async function deployments() {
  const response = await fetch("../deployments", { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`deployments: ${response.status}`);
  document.querySelector("#deployments").textContent = await response.text();
}
export async function environments() {
  const response = await fetch("../environments", { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`environments: ${response.status}`);
  document.querySelector("#environments").textContent = await response.text();
}
export async function events() {
  const response = await fetch("../events", { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`events: ${response.status}`);
  document.querySelector("#events").textContent = await response.text();
}
export async function settings() {
  const response = await fetch("../settings", { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`settings: ${response.status}`);
  document.querySelector("#settings").textContent = await response.text();
}
export async function reports() {
  const response = await fetch("../reports", { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`reports: ${response.status}`);
  document.querySelector("#reports").textContent = await response.text();
}
export async function exports() {
  const response = await fetch("../exports", { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`exports: ${response.status}`);
  document.querySelector("#exports").textContent = await response.text();
}
