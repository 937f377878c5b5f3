export const artifactTypes = [
  'file_binary',
  'file_datatable',
  'file_image',
  'file_text',
  'other',
  'progress',
  'url',
] as const;
export type ArtifactType = (typeof artifactTypes)[number];

export const artifactRetentions = ['versions', 'days', 'hours', 'minutes'] as const;
export type ArtifactRetention = (typeof artifactRetentions)[number];

export const artifactVisibilities = ['public', 'private'] as const;
export type ArtifactVisibility = (typeof artifactVisibilities)[number];
