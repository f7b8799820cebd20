// In the place of modules that a bundle has no use for.
export default {};
