/** The task graph as a picture: what must come before what, the longest path drawn through. */
import {
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  type ReactFlowInstance,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { TaskView } from '#core/api/views.ts';
import { Status } from '../../../ui/glyph.tsx';
import { Scroll } from '../../../ui/scroll.tsx';
import { layOut } from '../layout.ts';
import { taskLooks } from '../look.ts';

/** A node with room for two lines of title, and the gaps between. */
const node = { width: 220, height: 76, gapX: 52, gapY: 20 } as const;

const fit = { padding: 0.04, maxZoom: 1, minZoom: 0.4 } as const;

/** Smaller than this share of its size nobody reads a title: rather the picture scrolls. */
const smallest = 0.6;

type TaskNode = Node<{ task: TaskView; longest: boolean }, 'task'>;

const nodeTypes = { task: TaskBox };

export default function TaskGraph({
  tasks,
  onOpen,
}: {
  readonly tasks: readonly TaskView[];
  readonly onOpen: (key: string) => void;
}) {
  const layout = useMemo(() => layOut(tasks), [tasks]);
  const nodes = useMemo(() => nodesOf(tasks), [tasks]);
  const rows = Math.max(1, ...layout.places.map(({ row }) => row + 1));
  const columns = Math.max(1, ...layout.places.map(({ column }) => column + 1));
  const width = columns * (node.width + node.gapX);
  const canvas = useRef<HTMLDivElement>(null);
  const [flow, setFlow] = useState<ReactFlowInstance<TaskNode> | null>(null);
  // A window that turns or shrinks would leave a part where nobody can get to.
  useEffect(() => {
    if (flow === null || canvas.current === null) return undefined;
    const observer = new ResizeObserver(() => void flow.fitView(fit));
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, [flow]);
  return (
    <Scroll label="Task graph" className="graph">
      <div
        ref={canvas}
        role="img"
        aria-label={`Task graph of ${tasks.length} tasks; the longest path takes ${layout.minutes} minutes`}
        style={{ height: rows * (node.height + node.gapY) + 56, minWidth: width * smallest }}
      >
        <ReactFlow
          // One that has grown is drawn anew, and so fitted again.
          key={`${columns} ${rows}`}
          nodes={nodes}
          edges={layout.edges.map(({ from, to, longest }) => ({
            id: `${from}-${to}`,
            source: from,
            target: to,
            className: longest ? 'longest' : '',
            focusable: false,
          }))}
          nodeTypes={nodeTypes}
          fitView
          fitViewOptions={fit}
          onInit={setFlow}
          minZoom={0.3}
          maxZoom={1}
          nodesDraggable={false}
          nodesConnectable={false}
          // All of it is shown, and what is wider than the window scrolls: nothing is dragged or zoomed out of sight.
          panOnDrag={false}
          zoomOnScroll={false}
          zoomOnPinch={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          onNodeClick={(_, { id }) => onOpen(id)}
          proOptions={{ hideAttribution: true }}
        />
      </div>
    </Scroll>
  );
}

function nodesOf(tasks: readonly TaskView[]): TaskNode[] {
  const { places } = layOut(tasks);
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  return places.flatMap(({ key, column, row, longest }) => {
    const task = byKey.get(key);
    if (task === undefined) return [];
    const position = { x: column * (node.width + node.gapX), y: row * (node.height + node.gapY) };
    const size = { width: node.width, height: node.height };
    return [{ id: key, type: 'task', position, ...size, data: { task, longest }, focusable: false }];
  });
}

function TaskBox({ data: { task, longest } }: NodeProps<TaskNode>) {
  return (
    <div className={`task-box ${task.status} ${longest ? 'longest' : ''}`}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <span className="card-line">
        <span className="name">{task.key}</span>
        <Status look={taskLooks[task.status]} />
        {task.round > 1 ? <span className="muted">round {task.round}</span> : null}
      </span>
      <span className="task-box-title">{task.title}</span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}
