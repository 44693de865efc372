// A path in a cell: its folders cut in the middle, its file name, and the GUID in it.
const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

// The sign of a GUID: its letter, or null beyond the fourth.
export const letterOf = (guid, signs) => {
  const wanted = guid.toLowerCase();
  const sign = signs.find(it => it.guid.toLowerCase() === wanted);
  return sign ? sign.letter : null;
};

// The parts of a path: {text, kind: "folder" | "name" | "guid", letter}. Only the file name of a
// key has a GUID shown as a sign: thirty-two hexadecimal digits, an underscore, the GUID.
export const pathParts = (path, signs) => {
  const end = path.lastIndexOf('\\') + 1;
  const folder = path.slice(0, end);
  const name = path.slice(end);
  const parts = [];
  if (folder) parts.push({ kind: 'folder', text: shortFolder(folder) });
  const key = name.match(/^([0-9a-f]{32})_(.*)$/i);
  const guid = key && key[2].match(GUID);
  if (guid && guid.index === 0) {
    parts.push({ kind: 'name', text: `${key[1].slice(0, 8)}…_` });
    parts.push({ kind: 'guid', text: guid[0].slice(0, 8), letter: letterOf(guid[0], signs), guid: guid[0] });
    const rest = key[2].slice(guid[0].length);
    if (rest) parts.push({ kind: 'name', text: rest });
  } else if (name) {
    parts.push({ kind: 'name', text: name });
  }
  return parts;
};

// C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\ → C:\…\RSA\MachineKeys\
export const shortFolder = folder => {
  const steps = folder.split('\\').filter((step, at) => step || !at);
  if (steps.length <= 4 || folder.length <= 44) return folder;
  return `${steps[0]}\\…\\${steps.slice(-2).join('\\')}\\`;
};
