/**
 * Runs in the page: what a person without a mouse or without eyes would stumble over.
 * Plain JavaScript, since the tests' types know no DOM. One expression; its value is the list of faults.
 */
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const isNamed = (element) => {
    const by = element.getAttribute('aria-labelledby');
    const names = [
      element.getAttribute('aria-label'),
      element.textContent,
      by === null ? null : document.getElementById(by)?.textContent,
      element.labels?.[0]?.textContent,
    ];
    return names.some((name) => (name ?? '').trim() !== '');
  };
  const tell = (what) => (element) => `${what}: ${element.outerHTML.slice(0, 120)}`;
  const ids = all('[id]').map(({ id }) => id);
  return [
    ...all('a, button, input, textarea, select, dialog, nav, [role=img]')
      .filter((element) => !isNamed(element))
      .map(tell('no name')),
    ...all('img:not([alt])').map(tell('no alt')),
    ...all('a a, a button, button button, button a').map(tell('nested control')),
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `double id ${id}`),
    ...(all('h1').length === 1 ? [] : [`${all('h1').length} first headings`]),
    ...(all('main').length === 1 ? [] : ['not one main']),
    ...(document.documentElement.lang === '' ? ['no language'] : []),
  ];
})();
