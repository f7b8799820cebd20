/** How bright the lamp is at an hour of the night. */
export function brightness(hour: number): number {
  return hour < 6 || hour > 20 ? 1 : 0;
}
