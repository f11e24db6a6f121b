// Sending a file: `fetch` does not tell how much of it has gone.

/**
 * @param {string} address
 * @param {object} call
 * @param {Record<string, string>} call.headers
 * @param {Blob} call.file
 * @param {(part: number) => void} call.onProgress told how much has gone, from 0 to 1
 * @param {AbortSignal | null} [call.signal]
 * @returns {Promise<Response>}
 * @throws {TypeError} where there was no answer
 */
export const sendFile = (address, { headers, file, onProgress, signal }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => resolve(new Response(request.responseText, { status: request.status, headers: headersOf(request) }));
    request.onerror = request.onabort = request.ontimeout = () => reject(new TypeError("no answer"));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });

/** @param {XMLHttpRequest} request @returns {[string, string][]} */
const headersOf = (request) =>
  request
    .getAllResponseHeaders()
    .trim()
    .split("\r\n")
    .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
