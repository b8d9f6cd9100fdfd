// breathe lets the browser paint and take keys before the work goes on, once or more
// often: on a phone the whole of it is a fifth of a second. Unlike a timer it is not
// slowed in a hidden tab.
export async function breathe(times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await breath();
}

function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
