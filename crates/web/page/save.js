// Saving: a link to a blob that the browser writes to its folder of downloads.
import { make } from './dom.js';

export const saveBlob = (blob, name) => {
  const place = URL.createObjectURL(blob);
  const link = make('a', { href: place, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(place), 60000);
};

// "guid-changed.csv" → "guid-changed"; a packed one loses both endings.
export const stemOf = name => name.replace(/^.*[\\/]/, '').replace(/\.(gz|zst|zip)$/i, '').replace(/\.(pml|csv|xml|txt)$/i, '') || 'capture';
