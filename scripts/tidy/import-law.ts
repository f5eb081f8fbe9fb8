/**
 * Who may import whom. A room is a folder with a law of its own; a rule answers why an import is refused, or undefined.
 * Packages from the registry and Node's own modules are listed where they are allowed.
 */
type Rule = (specifier: string, room: string) => string | undefined;

const engineRooms = ['contract', 'protocol', 'ports', 'core', 'adapters', 'runtime', 'gateway', 'host', 'testing'] as const;

/** "engine/core/log/log.ts" is in the room "engine/core"; other files are in the room of their first folder. */
export function roomOf(path: string): string {
  const parts = path.split('/');
  if (parts[0] === 'engine' && parts.length > 2) return `engine/${parts[1]}`;
  return parts.length > 1 ? (parts[0] ?? '') : '';
}

function targetRoom(specifier: string): string | undefined {
  const found = /^#(engine|renderer|electron)\/([^/]+)/.exec(specifier);
  if (!found) return undefined;
  return found[1] === 'engine' ? `engine/${found[2]}` : found[1];
}

function law(options: { rooms: readonly string[]; node?: boolean; packages?: readonly string[]; except?: readonly RegExp[] }): Rule {
  return (specifier, room) => {
    if (options.except?.some((pattern) => pattern.test(specifier))) return undefined;
    const target = targetRoom(specifier);
    if (target !== undefined) return target === room || options.rooms.includes(target) ? undefined : `${room} may import ${options.rooms.join(', ') || 'nothing of ours'}`;
    if (specifier.startsWith('node:')) return options.node ? undefined : `${room} knows no Node`;
    if (specifier.startsWith('.')) return 'write a subpath import (#engine/…, #renderer/…, #electron/…)';
    const allowed = options.packages ?? [];
    return allowed.some((name) => specifier === name || specifier.startsWith(`${name}/`)) ? undefined : `${room} may use ${allowed.join(', ') || 'no package'}`;
  };
}

const all = engineRooms.map((room) => `engine/${room}`);

export const importLaw: Record<string, Rule | undefined> = {
  'engine/contract': law({ rooms: [], packages: ['zod'] }),
  'engine/protocol': law({ rooms: ['engine/ports'] }),
  'engine/ports': law({ rooms: [] }),
  'engine/core': law({ rooms: ['engine/ports', 'engine/protocol'] }),
  'engine/adapters': law({ rooms: ['engine/ports', 'engine/contract'], node: true, packages: ['better-sqlite3', 'ws', 'vitest', 'fast-check'] }),
  'engine/runtime': law({ rooms: ['engine/core', 'engine/ports', 'engine/contract', 'engine/protocol'], node: true, packages: ['zod', 'yaml'] }),
  // Of the core only its door: what a client outside may do to the world.
  'engine/gateway': law({ rooms: ['engine/protocol', 'engine/ports'], node: true, except: [/^#engine\/core\/world\/door\.ts$/] }),
  // The browser's driver only for the stage's benchmark.
  'engine/host': law({ rooms: all.filter((room) => room !== 'engine/testing'), node: true, packages: ['commander', 'ws', 'zod', 'yaml', '@playwright/test'] }),
  'engine/testing': law({ rooms: all, node: true, packages: ['vitest', 'fast-check', 'ws'] }),
  electron: law({ rooms: ['engine/contract'], node: true, packages: ['electron'] }),
  renderer: law({
    rooms: ['engine/contract'],
    packages: ['zod', 'react', 'react-dom', 'zustand', 'd3', '@base-ui/react', 'cmdk', 'lucide-react', '@fontsource-variable/inter', '@fontsource-variable/jetbrains-mono'],
  }),
};
