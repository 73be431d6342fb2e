// Sends a file and tells how much of it has gone, which fetch cannot tell.

import { Problem } from "../lib/api.js";
import { texts } from "../lib/i18n.js";

const t = texts({
  en: { silent: "The server does not answer. Is it running?" },
  it: { silent: "Il server non risponde. È in funzione?" },
});

/**
 * The JSON answer to `file`; `onProgress` gets the part sent, 0 to 1. Throws a Problem.
 * @param {string} path
 * @param {File} file
 * @param {(part: number) => void} onProgress
 * @returns {Promise<Answer<"Import">>}
 */
export function upload(path, file, onProgress) {
  const form = new FormData();
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onerror = () => reject(new Problem(0, t("silent")));
    request.onload = () => {
      const { status, response } = request;
      if (status < 300) resolve(response);
      else reject(new Problem(status, response?.detail ?? request.statusText, response));
    };
    request.send(form);
  });
}
