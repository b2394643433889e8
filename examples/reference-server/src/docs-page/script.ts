/** What reading does without: search, copying, the page's own address in the lines to copy. */
export const script = `
'use strict'
const search = document.querySelector('input')
const cards = Array.from(document.querySelectorAll('details.card'), (card) => [card, card.dataset.words])
const groups = document.querySelectorAll('section.group')

function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean)
  for (const [card, text] of cards) card.hidden = !words.every((word) => text.includes(word))
  for (const group of groups) group.hidden = group.querySelector('details.card:not([hidden])') === null
}

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (target === null) return
  if (target.hidden || target.closest('[hidden]') !== null) {
    search.value = ''
    filter()
  }
  if (target instanceof HTMLDetailsElement) target.open = true
  target.scrollIntoView()
}

for (const origin of document.querySelectorAll('.origin')) origin.textContent = location.origin
for (const line of document.querySelectorAll('.curl')) {
  const text = line.querySelector('pre')
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = 'copy'
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text.textContent)
      button.textContent = 'copied'
      setTimeout(() => { button.textContent = 'copy' }, 1500)
    } catch {
      getSelection().selectAllChildren(text)
    }
  })
  line.append(button)
}

search.parentElement.hidden = false
search.addEventListener('input', filter)
addEventListener('hashchange', reveal)
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target === search || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  search.focus()
})
filter()
reveal()
`
