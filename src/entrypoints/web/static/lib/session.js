// Who looks at a diary.

/**
 * Whether the diary of `user` is the caller's own. At home everybody writes in each.
 * @param {Answer<"Session"> | null} session
 * @param {string} user
 */
export const isOwn = (session, user) => session === null || session.mode === "home" || session.user_id === user;
