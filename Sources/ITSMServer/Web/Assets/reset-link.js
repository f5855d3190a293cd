// A link to choose a password has its secret behind the #, which browsers keep to themselves: it is sent in a form, and does not stay in the address.
function open() {
  const secret = location.hash.slice(1), form = document.querySelector('#open');
  if (!secret || !form) return;
  history.replaceState(null, '', location.pathname);
  form.token.value = secret;
  form.requestSubmit();
}

open();
// Pasted into the address of the page that is open already.
addEventListener('hashchange', open);
