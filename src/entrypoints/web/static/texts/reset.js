// Words of the page that sets a new password.

const en = {
  title: "A new password",
  new: "New password",
  rule: "At least {n} characters",
  set: "Set the password",
  refused: "This link is used up or too old. Ask whoever runs this server for another one.",
  no_secret: "This address is not whole. Open the link again as you got it.",
  done: "The password is set",
  done_text: "{user} can sign in with it now.",
  sign_in: "Sign in",
};

const it = {
  title: "Una nuova password",
  new: "Nuova password",
  rule: "Almeno {n} caratteri",
  set: "Imposta la password",
  refused: "Questo link è già stato usato o è scaduto. Chiedine un altro a chi gestisce questo server.",
  no_secret: "Questo indirizzo non è completo. Apri di nuovo il link come lo hai ricevuto.",
  done: "La password è impostata",
  done_text: "Ora {user} può accedere con questa.",
  sign_in: "Accedi",
};

export default { en, it };
