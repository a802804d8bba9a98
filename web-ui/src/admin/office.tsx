export function Office() {
  return null;
}
export function Dashboard() {
  return null;
}
export function Rooms() {
  return null;
}
