const list = document.getElementById('prices');
new EventSource('/prices/live').addEventListener('price', ({ data }) => {
  const { symbol, cents } = JSON.parse(data);
  const item = document.createElement('li');
  item.textContent = `${symbol} ${(cents / 100).toFixed(2)}`;
  list.prepend(item);
});
