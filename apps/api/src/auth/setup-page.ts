import { createHash } from 'node:crypto';
import type { FileAnswer } from '../http/call.js';

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 24rem; margin: 4rem auto; padding: 0 1rem; }
  label { display: block; margin-top: 1rem; }
  input { box-sizing: border-box; width: 100%; font: inherit; padding: 0.4rem; }
  button { font: inherit; margin-top: 1.5rem; padding: 0.4rem 1.2rem; }
  [role=status] { min-height: 3rem; white-space: pre-line; }
`;

/** The token is the part of the address after #, which browsers send to nobody; only the form sends it, in its body. */
const script = `
  const form = document.querySelector('form');
  const status = document.querySelector('[role=status]');
  const setup_token = decodeURIComponent(location.hash.slice(1));
  const say = (text) => { status.textContent = text; };
  const reasonOf = ({ error, details }) =>
    [error, ...(details ?? []).map(({ path, message, hint }) => [path, message, hint].filter(Boolean).join(' '))].join('\\n');
  if (setup_token === '') say('Open the whole link from the log of the server: its part after # is missing.');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { login, password, again } = Object.fromEntries(new FormData(form));
    if (password !== again) return say('The two passwords differ.');
    form.querySelector('button').disabled = true;
    try {
      const response = await fetch(location.pathname, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ setup_token, login, password }),
      });
      if (!response.ok) return say(reasonOf(await response.json()));
      history.replaceState(null, '', location.pathname);
      form.remove();
      say('The account ' + login + ' is ready. Log in with: attune login --login ' + login);
    } catch {
      say('The server does not answer. Try again.');
    } finally {
      form.querySelector('button').disabled = false;
    }
  });
`;

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Attune: first account</title>
<style>${style}</style>
<h1>First account</h1>
<form>
  <label>Login <input name="login" required maxlength="255" autocomplete="username" autofocus></label>
  <label>Password <input name="password" type="password" required minlength="8" maxlength="128" autocomplete="new-password"></label>
  <label>Password again <input name="again" type="password" required autocomplete="new-password"></label>
  <button>Create</button>
</form>
<p role="status"></p>
<script>${script}</script>
</html>
`;

/** Everything in one document; the policy lets it run its own script, by hash, and call this server, nothing else. */
export const setupPage: FileAnswer = {
  content: html,
  contentType: 'text/html; charset=utf-8',
  headers: {
    'content-security-policy': [
      "default-src 'none'",
      `script-src '${hashOf(script)}'`,
      `style-src '${hashOf(style)}'`,
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  },
};

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
