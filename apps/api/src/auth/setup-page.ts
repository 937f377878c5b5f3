import { createHash } from 'node:crypto';
import type { FileAnswer } from '../http/call.js';

const style = `
  :root { color-scheme: light dark; --accent: light-dark(#0b5cad, #7ab7f5); }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 0 auto; padding: 2.5rem 1rem; }
  h1 { font-size: 1.5rem; margin: 0 0 0.5rem; }
  form { display: grid; gap: 1rem; margin: 1.5rem 0; }
  label { display: grid; gap: 0.25rem; }
  input, button { font: inherit; padding: 0.5rem 0.6rem; border: 1px solid light-dark(#8a8f98, #6b7280); border-radius: 0.3rem; }
  button { justify-self: start; padding-inline: 1.2rem; color: light-dark(#fff, #10151c); background: var(--accent); border-color: var(--accent); cursor: pointer; }
  button:disabled { opacity: 0.6; cursor: progress; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  [role=status]:not(:empty) { margin: 0; padding: 0.5rem 0.8rem; border-left: 4px solid var(--accent); white-space: pre-line; overflow-wrap: anywhere; }
`;

/** The token is the part of the address after #, which browsers send to nobody; only the form sends it, in its body. */
const script = `
  const form = document.querySelector('form');
  const button = form.querySelector('button');
  const setup_token = location.hash.slice(1);
  const say = (...lines) => { document.querySelector('[role=status]').textContent = lines.join('\\n'); };
  const line = ({ path, message, hint }) => [path, message + (hint ? ' (' + hint + ')' : '')].filter(Boolean).join(': ');
  if (setup_token === '') {
    form.remove();
    say('Open the whole link from the log of the server: its part after # is missing.');
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { login, password, again } = Object.fromEntries(new FormData(form));
    if (password !== again) return say('The two passwords differ.');
    say();
    button.disabled = true;
    try {
      const response = await fetch(location.pathname, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ setup_token, login, password }),
      });
      if (!response.ok) {
        const { error, details } = await response.json();
        return say(error, ...(details ?? []).map(line));
      }
      history.replaceState(null, '', location.pathname);
      form.remove();
      say('The account ' + login + ' is ready. Log in with:', 'attune --url ' + location.origin + ' login --login ' + login);
    } catch {
      say('The server does not answer. Try again.');
    } finally {
      button.disabled = false;
    }
  });
`;

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Attune: first account</title>
<style>${style}</style>
<h1>Attune: first account</h1>
<p>It may do everything, and make accounts for others.</p>
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
