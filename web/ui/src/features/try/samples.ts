/** Pictures to try, drawn in the browser: nothing is fetched, and each shows one thing that rules speak of. */

export interface Sample {
  id: string;
  title: string;
  /** Its side as a file, px. */
  size: number;
  draw: (size: number) => HTMLCanvasElement;
}

export const SAMPLES: Sample[] = [
  { id: "clean", title: "Clean, on white", size: 1600, draw: (size) => scene(size, (pen) => mug(pen, size)) },
  {
    id: "badge",
    title: "With a price badge",
    size: 1600,
    draw: (size) =>
      scene(size, (pen) => {
        mug(pen, size);
        badge(pen, size);
      }),
  },
  {
    id: "coloured",
    title: "On a coloured ground",
    size: 1400,
    draw: (size) =>
      scene(size, (pen) => {
        const ground = pen.createLinearGradient(0, 0, 0, size);
        ground.addColorStop(0, "#c9b79b");
        ground.addColorStop(0.66, "#a98f6b");
        ground.addColorStop(0.661, "#7d6142");
        ground.addColorStop(1, "#5f4830");
        pen.fillStyle = ground;
        pen.fillRect(0, 0, size, size);
        mug(pen, size);
      }),
  },
  { id: "small", title: "Small and blurred", size: 320, draw: (size) => blurred(scene(size * 2, (pen) => mug(pen, size * 2)), size) },
  {
    id: "collage",
    title: "Four in one",
    size: 1600,
    draw: (size) =>
      scene(
        size,
        (pen) => {
          const part = size * 0.494;
          for (const [at, colour] of ["#2f7f86", "#b5443c", "#3f5d8f", "#8a6d2f"].entries()) {
            pen.save();
            pen.translate((at % 2) * (size - part), Math.floor(at / 2) * (size - part));
            pen.fillStyle = ["#ffffff", "#efe8dc", "#e8eef2", "#ffffff"][at] ?? "#ffffff";
            pen.fillRect(0, 0, part, part);
            mug(pen, part, colour);
            pen.restore();
          }
        },
        "#2b2b2b",
      ),
  },
];

export function file(sample: Sample): Promise<File> {
  return new Promise((done, failed) =>
    sample.draw(sample.size).toBlob((blob) => (blob ? done(new File([blob], `${sample.id}.jpg`, { type: "image/jpeg" })) : failed(new Error("the browser could not draw it"))), "image/jpeg", 0.92),
  );
}

function scene(size: number, paint: (pen: CanvasRenderingContext2D) => void, ground = "#ffffff"): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  pen.fillStyle = ground;
  pen.fillRect(0, 0, size, size);
  paint(pen);
  return canvas;
}

function blurred(of: HTMLCanvasElement, size: number): HTMLCanvasElement {
  return scene(size, (pen) => {
    pen.filter = `blur(${size / 128}px)`;
    pen.drawImage(of, 0, 0, size, size);
  });
}

function mug(pen: CanvasRenderingContext2D, size: number, colour = "#2f7f86"): void {
  pen.save();
  pen.scale(size / 100, size / 100);
  // The shadow it stands on.
  const shade = pen.createRadialGradient(47, 85, 4, 47, 85, 36);
  shade.addColorStop(0, "rgb(0 0 0 / 0.22)");
  shade.addColorStop(1, "rgb(0 0 0 / 0)");
  pen.save();
  pen.translate(0, 72);
  pen.scale(1, 0.15);
  pen.fillStyle = shade;
  pen.fillRect(0, 40, 100, 90);
  pen.restore();
  // The handle.
  pen.lineWidth = 6.5;
  pen.strokeStyle = colour;
  pen.beginPath();
  pen.ellipse(72, 48, 15, 17, 0, -1.25, 1.4);
  pen.stroke();
  pen.lineWidth = 1.4;
  pen.strokeStyle = "rgb(255 255 255 / 0.28)";
  pen.beginPath();
  pen.ellipse(71, 47, 16, 18.4, 0, -0.9, 0.5);
  pen.stroke();
  // The body: lit from the left.
  const body = pen.createLinearGradient(19, 0, 75, 0);
  body.addColorStop(0, "rgb(0 0 0 / 0.38)");
  body.addColorStop(0.2, "rgb(255 255 255 / 0.3)");
  body.addColorStop(0.4, "rgb(255 255 255 / 0)");
  body.addColorStop(1, "rgb(0 0 0 / 0.5)");
  const outline = () => {
    pen.beginPath();
    pen.moveTo(19, 18);
    pen.lineTo(21, 78);
    pen.quadraticCurveTo(22, 86, 47, 87);
    pen.quadraticCurveTo(72, 86, 73, 78);
    pen.lineTo(75, 18);
    pen.closePath();
  };
  outline();
  pen.fillStyle = colour;
  pen.fill();
  // A glaze: speckles at fixed places, so that the surface has detail to be sharp in.
  pen.save();
  outline();
  pen.clip();
  let seed = 7;
  for (let dot = 0; dot < 420; dot += 1) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const x = 19 + (seed % 5600) / 100;
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const y = 18 + (seed % 7000) / 100;
    pen.fillStyle = dot % 3 ? "rgb(255 255 255 / 0.3)" : "rgb(10 20 24 / 0.4)";
    pen.fillRect(x, y, 0.25 + (dot % 4) * 0.12, 0.25 + (dot % 5) * 0.1);
  }
  for (const [y, width] of [[58, 1.1], [62, 0.6]] as const) {
    pen.beginPath();
    pen.moveTo(18, y);
    pen.quadraticCurveTo(47, y + 5, 76, y);
    pen.lineWidth = width;
    pen.strokeStyle = "rgb(250 240 220 / 0.85)";
    pen.stroke();
  }
  pen.restore();
  outline();
  pen.fillStyle = body;
  pen.fill();
  // The rim and the inside.
  pen.beginPath();
  pen.ellipse(47, 18, 28, 6, 0, 0, 7);
  pen.fillStyle = "#f4f1ea";
  pen.fill();
  const inside = pen.createLinearGradient(0, 13, 0, 24);
  inside.addColorStop(0, "#8d8577");
  inside.addColorStop(1, "#e2dccf");
  pen.beginPath();
  pen.ellipse(47, 18.4, 26, 4.9, 0, 0, 7);
  pen.fillStyle = inside;
  pen.fill();
  pen.restore();
}

function badge(pen: CanvasRenderingContext2D, size: number): void {
  pen.save();
  pen.scale(size / 100, size / 100);
  pen.fillStyle = "#d3232f";
  pen.beginPath();
  pen.arc(80, 80, 15, 0, 7);
  pen.fill();
  pen.fillStyle = "#ffffff";
  pen.font = "bold 10px Arial, sans-serif";
  pen.textAlign = "center";
  pen.fillText("-30%", 80, 81);
  pen.font = "bold 3.6px Arial, sans-serif";
  pen.fillText("ONLY TODAY", 80, 86.5);
  pen.font = "bold 8px Arial, sans-serif";
  pen.fillStyle = "#17201f";
  pen.textAlign = "left";
  pen.fillText("FREE SHIPPING", 5, 11);
  pen.restore();
}
