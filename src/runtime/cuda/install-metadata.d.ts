/** Where the runtime's own installer gets what its package leaves out. */
declare module 'onnxruntime-node/script/install-metadata.js' {
  const metadata: {
    /** By 'platform/architecture:name', then by file name in the folder of the runtime's libraries. */
    readonly manifests: Readonly<Record<string, Readonly<Record<string, { package: string; path: string }>>>>;
    readonly packages: Readonly<
      Record<string, { readonly name: string; readonly versions: readonly { feed: string; version: string }[] }>
    >;
    readonly feeds: Readonly<Record<string, { readonly index: string }>>;
  };
  export default metadata;
}
