import '#renderer/no-code-generation.ts';
import { startScreen } from '#renderer/app/start.tsx';
import { transportSource } from '#renderer/connection/open-transport.ts';

startScreen(transportSource());
