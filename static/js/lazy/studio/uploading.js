// Sends a file and tells how far it is. Fails with what the server said, in words.
export function upload(url, file, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of what is on its way
    const body = new FormData();
    body.append("file", file);
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onload = () => {
      let said = {};
      try {
        said = JSON.parse(request.responseText);
      } catch {
        // No words of ours: the status alone.
      }
      if (request.status < 300) {
        progress(1);
        done(said);
      } else
        failed(
          new Error(said.detail || inWords("The server refused this file (%(status)s).", { status: request.status })),
        );
    };
    request.onerror = () =>
      failed(new Error(inWords("The server cannot be reached. Try again when you are back online.")));
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
  });
}
