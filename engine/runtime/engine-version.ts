/** Of package.json; written into recorded runs. */
export const engineVersion = '0.1.0';
