/** Sends back whatever it is sent, so that each packet of the conformance suite crosses a process boundary twice. */
process.on('message', (message) => process.send?.(message));
process.send?.('ready');
