/** Who the commits of ticket branches are by: the platform, which verified them. */
export const platformAuthor = { name: 'OmoiOS', email: 'omoi@localhost' } as const;
