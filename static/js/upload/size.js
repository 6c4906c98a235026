// Bytes in a reader's words: "640 kB", "4.2 MB", "1.3 GB".

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

export function size(bytes) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const digits = step > 1 ? 1 : 0;
  return new Intl.NumberFormat(document.documentElement.lang || "en", {
    style: "unit",
    unit: UNITS[step],
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: digits,
  }).format(bytes / 1000 ** step);
}
