/** The replicas of one partition on one scale, small: the shortest in the ISR is the high watermark. */
import type { PartitionView, ReplicaView } from '#engine/contract/state.ts';
import { cellsFrom, windowBase } from '#renderer/model/core-picture.ts';

/** As wide as the inspector leaves room: scaled text would fall below 12 px. */
const width = window.matchMedia('(max-width: 1439px)').matches ? 236 : 268;
const labelWidth = 74;
const rowHeight = 34;
const cells = 14;
const pitch = (width - labelWidth - 8) / cells;

export function MiniCore({ partition, hue }: { partition: PartitionView; hue: string }) {
  const leader = partition.replicas.find((replica) => replica.broker === partition.leader);
  const inSync = partition.replicas.filter((replica) => replica.inSync);
  const longest = inSync.reduce((most, replica) => (replica.logEndOffset > most ? replica.logEndOffset : most), leader?.logEndOffset ?? 0n);
  const base = windowBase(longest, cells);
  const shown = partition.replicas.slice(0, 5);
  const height = 12 + shown.length * rowHeight;
  const level = leader === undefined ? undefined : labelWidth + Math.max(0, Math.min(cells, cellsFrom(base, leader.highWatermark))) * pitch - 1;
  return (
    <svg className="mini-core" width={width + 8} height={height + 4} viewBox={`-6 0 ${width + 8} ${height + 4}`} role="img" aria-label={`Logs of ${partition.replicas.length} replicas on one scale`}>
      <defs>
        <pattern id="mini-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="6" stroke="var(--hatch)" strokeWidth="2" />
        </pattern>
      </defs>
      {shown.map((replica, at) => (
        <Row key={replica.broker} replica={replica} y={12 + at * rowHeight} base={base} hue={hue} isLeader={replica.broker === partition.leader} />
      ))}
      {level === undefined ? null : (
        <>
          <line x1={level} y1={2} x2={level} y2={height - 6} stroke="var(--meniscus)" strokeWidth="1.3" />
          <path d={`M${level} 2l-6 3 6 3z`} fill="var(--meniscus)" />
        </>
      )}
    </svg>
  );
}

function Row({ replica, y, base, hue, isLeader }: { replica: ReplicaView; y: number; base: bigint; hue: string; isLeader: boolean }) {
  const isOut = !replica.inSync;
  const own = isOut ? windowBase(replica.logEndOffset, 5) : base;
  const end = Math.min(cells, cellsFrom(own, replica.logEndOffset));
  const start = Math.max(0, cellsFrom(own, replica.logStartOffset));
  const color = replica.online ? hue : 'var(--text-3)';
  const word = !replica.online ? 'Offline' : isLeader ? 'Leader' : isOut ? 'Out of ISR' : 'Follower';
  return (
    <g>
      {isOut ? <rect x={-5} y={y - 5} width={width + 6} height={rowHeight - 2} rx={6} fill="url(#mini-hatch)" stroke="var(--text-3)" strokeDasharray="4 3" /> : null}
      <text x={0} y={y + 9} style={{ fill: 'var(--text-1)', fontWeight: 550 }}>
        Broker {replica.broker}
      </text>
      <text x={0} y={y + 23} style={{ fill: isOut || !replica.online ? 'var(--fault)' : 'var(--text-3)' }}>
        {word}
      </text>
      {Array.from({ length: Math.max(0, end - start) }, (_, at) => {
        const k = start + at;
        const under = BigInt(k) + own < replica.highWatermark;
        return (
          <rect
            key={k}
            x={labelWidth + k * pitch + 0.5}
            y={y + 0.5}
            width={pitch - 2}
            height={21}
            rx={1.5}
            fill={under ? color : 'var(--bg-0)'}
            fillOpacity={under ? (isLeader ? 0.86 : 0.46) : 0.6}
            stroke={color}
            strokeOpacity={under ? 0.66 : 1}
          />
        );
      })}
      {end >= 0 ? <path d={`M${labelWidth + end * pitch - 3} ${y - 3}h3.5v28h-3.5`} fill="none" stroke="var(--text-1)" strokeWidth="1.3" /> : null}
    </g>
  );
}
