export interface Size {
  width: number;
  height: number;
}

/** A picture on its stage: how much larger than it fits, and how far its middle is from the stage's. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

interface Spot {
  x: number;
  y: number;
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
/** The print of a photographed page can be read at this. */
const LARGEST = 8;
/** What a double tap does: close enough to read. */
export const CLOSER = 2.5;
export const STEP = 1.5;

/** The size in which all of it is seen; small ones stay as they are. */
export function fitted(picture: Size, stage: Size): Size {
  if (!picture.width || !picture.height) return stage;
  const share = Math.min(1, stage.width / picture.width, stage.height / picture.height);
  return { width: picture.width * share, height: picture.height * share };
}

/** Larger or smaller by a factor; what is at the spot, told from the stage's middle, stays there. */
export function zoomed(view: View, factor: number, at: Spot, picture: Size, stage: Size): View {
  const scale = Math.min(LARGEST, Math.max(1, view.scale * factor));
  const grown = scale / view.scale;
  const x = at.x - (at.x - view.x) * grown;
  const y = at.y - (at.y - view.y) * grown;
  return kept({ scale, x, y }, picture, stage);
}

export function moved(view: View, dx: number, dy: number, picture: Size, stage: Size): View {
  return kept({ ...view, x: view.x + dx, y: view.y + dy }, picture, stage);
}

/** No further than to its edges; in the middle where it is smaller than the stage. */
function kept({ scale, x, y }: View, picture: Size, stage: Size): View {
  return {
    scale,
    x: within(x, (picture.width * scale - stage.width) / 2),
    y: within(y, (picture.height * scale - stage.height) / 2),
  };
}

function within(value: number, far: number): number {
  const limit = Math.max(0, far);
  return Math.min(limit, Math.max(-limit, value)) || 0;
}
